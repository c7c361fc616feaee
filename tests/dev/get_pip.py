# SPDX-License-Identifier: GPL-3.0-or-later
"""Give ansible-test a pip for the environments it makes: Python's own, then the version asked for.

ansible-test fetches such a script from a server that closed networks do not reach; this one stands at its cache's place.
It is run as: python quiet_pip.py --disable-pip-version-check pip==24.2 [--no-setuptools] [--no-wheel]
"""

import os
import subprocess
import sys

wanted = [argument for argument in sys.argv[1:] if argument not in ("--no-setuptools", "--no-wheel")]
environment = {name: value for name, value in os.environ.items() if name != "GET_PIP"}
subprocess.check_call([sys.executable, "-m", "ensurepip", "--default-pip"], stdout=subprocess.DEVNULL, env=environment)
sys.exit(subprocess.call([sys.executable, "-m", "pip", "install", "-q"] + wanted, env=environment))
