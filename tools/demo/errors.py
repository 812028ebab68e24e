"""The errors of a command line that was run with -json, from standard input, without what differs from run to run."""

import json
import re
import sys

found = False
for line in sys.stdin:
    try:
        message = json.loads(line)
    except ValueError:
        continue  # not of the machine-readable output
    diagnostic = message.get("diagnostic", {})
    if diagnostic.get("severity") != "error":
        continue
    found = True
    print("Error: " + diagnostic["summary"])
    for text in diagnostic["detail"].split("\n"):
        if text and not re.search(r"https?://", text):
            text = re.sub(r"\b([0-9a-f]{8})[0-9a-f]{24}\b", r"\1…", text)
            print(re.sub(r" after [0-9]+ (s|min)( [0-9]+ s)?", "", text))
if not found:
    sys.exit("no error")
