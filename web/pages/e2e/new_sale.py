#!/usr/bin/env python3
"""An empty sale on the cluster's services, which run already: prints the settings that its pods share as JSON. Earlier data are deleted.

    new_sale.py SERVICES_ENV DIRECTORY                    DIRECTORY is for the keys of the pods
    new_sale.py balancer PORT POD-PORT…                   prints the configuration of a balancer in front of them
"""

import json
import os
import sys
from pathlib import Path

for name in [name for name in os.environ if name.startswith("FRONTROW_")]:
    del os.environ[name]  # they are the suite's own
sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "tools"))

import run_cluster  # noqa: E402
from cluster.mariadb import MariaDb  # noqa: E402
from cluster.process import Failed, Processes  # noqa: E402
from cluster.redis import Redis  # noqa: E402

DATABASE = "frontrow_pages"
# For a machine with much other work.
PATIENCE = {"FRONTROW_MYSQL_STATEMENT_TIMEOUT_MS": "5000", "FRONTROW_REDIS_TIMEOUT_MS": "1000"}


def new_sale(services, directory):
    processes = Processes(services.parent)
    mysql, redis = MariaDb(processes), Redis(processes)
    mysql.sql(mysql.names[0], f"DROP DATABASE IF EXISTS {DATABASE}; CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
    if redis.ask(redis.primary(), "flushall") != "OK":
        raise Failed("Redis does not forget")
    return run_cluster.settings(directory, run_cluster.service_settings(services)) | PATIENCE | {"FRONTROW_MYSQL_DATABASE": DATABASE}


if sys.argv[1] == "balancer":
    print(run_cluster.balancer_configuration(sys.argv[3:], sys.argv[2]))
else:
    print(json.dumps(new_sale(*(Path(word).resolve() for word in sys.argv[1:3]))))
