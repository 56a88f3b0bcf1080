import sys

import requests

session = requests.Session()
for url in open(sys.argv[1]).read().split():
    session.get(url).content
