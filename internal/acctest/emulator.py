"""The emulator: moto behind a server that is made for many requests.

moto.server uses the one that Werkzeug has for development, and reads moto's own directory at
each request, all others waiting, to tell what service it is for. Without both, and with the
methods of a service's class looked up once, moto 5.2.5 takes 1.5 ms of CPU for a request, not 3.9.

    python emulator.py HOST PORT
"""

import functools
import gc
import logging
import sys

import waitress
from moto import backends
from moto.core import responses
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

modules = frozenset(backends.list_of_moto_modules())
backends.list_of_moto_modules = lambda: modules
responses.method_names_from_class = functools.cache(responses.method_names_from_class)

# What the tests make, the emulator keeps to its end: there is little to collect.
gc.freeze()
gc.set_threshold(50_000, 50, 1_000)

# That requests wait for a thread is no warning: one core answers them all.
logging.getLogger("waitress.queue").setLevel(logging.ERROR)

dispatcher = DomainDispatcherApplication(create_backend_app)


def application(environ, start_response):
    environ["RAW_URI"] = environ["REQUEST_URI"]  # Werkzeug's server calls it so
    return dispatcher(environ, start_response)


waitress.serve(application, host=sys.argv[1], port=int(sys.argv[2]), threads=16)
