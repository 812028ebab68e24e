"""The emulator: moto behind a server that is made for many requests and many accounts.

moto.server answers each request in a thread of its own and, at each request, reads moto's own
directory to tell what service it is for. A new account builds lists of regions for each service.
Here one thread answers all requests, one after another, and what does not change is made once:
moto 5.2.5 then takes half the CPU.

    python emulator.py HOST PORT
"""

import collections
import functools
import gc
import itertools
import os
import sys

os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"  # no browser asks

import waitress.server
from moto import backends
from moto.core import base_backend, errors, responses
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from waitress import wasyncore

# Functions of moto whose result is the same each time.

modules = frozenset(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules

responses.method_names_from_class = functools.cache(responses.method_names_from_class)

lookup = errors.ErrorLookupFactory()
errors.ErrorLookupFactory = lambda: lookup

regions = functools.partial(base_backend.AccountSpecificBackend._generate_regions.__wrapped__, None)
regions = functools.cache(regions)
base_backend.AccountSpecificBackend._generate_regions = lambda self, service: regions(service)

# moto looks for an account in a list of all of them.

backend_of = base_backend.BackendDict.__getitem__


def known_backend(self, account):
    known = dict.get(self, account)
    return backend_of(self, account) if known is None else known


base_backend.BackendDict.__getitem__ = known_backend

# moto draws the 52 characters of a request's id one by one.

request_ids = itertools.count(10**51)


def request_id(headers=None):
    made = str(next(request_ids))
    if isinstance(headers, dict):
        headers["x-amzn-requestid"] = made
    return made


responses.gen_amzn_requestid_long = request_id

# What the tests make, the emulator keeps to its end: there is little to collect.
gc.freeze()
gc.set_threshold(50_000, 50, 1_000)


def create_app(service):
    app = create_backend_app(service)
    app.debug = False
    return app


dispatcher = DomainDispatcherApplication(create_app)


def application(environ, start_response):
    environ["RAW_URI"] = environ["REQUEST_URI"]  # Werkzeug's server calls it so
    return dispatcher(environ, start_response)


class Requests(collections.deque):
    """The requests that wait for their answer: what waitress calls a task dispatcher."""

    add_task = collections.deque.append


requests, connections = Requests(), {}
server = waitress.server.create_server(
    application, connections, _dispatcher=requests, host=sys.argv[1], port=int(sys.argv[2]),
    connection_limit=1000,
    send_bytes=1 << 20,  # head and body of an answer together
)
server.pull_trigger = lambda: None  # wakes the main loop out of another thread: there is none
while True:
    wasyncore.poll2(60, connections)
    while requests:
        requests.popleft().service()
