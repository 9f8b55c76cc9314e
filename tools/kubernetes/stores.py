"""What the chart is told to use the services of tools/services.py: values over those of an environment, and the Secret."""

import base64
from pathlib import Path

KEYS = ("admin-token", "ticket-key", "jwt-key", "charge-token")


def read(directory):
    return dict(line.split("=", 1) for line in (Path(directory) / "services.env").read_text().splitlines())


def values(services):
    """Addresses on this machine; no TLS, because these stores have none."""
    return {"settings": {"mysql-primary": services["MYSQL_PRIMARY"], "mysql-replicas": services["MYSQL_REPLICAS"],
                         "redis-server": None, "redis-sentinels": services["REDIS_SENTINELS"], "redis-tls": False,
                         "kafka-brokers": services["KAFKA_SASL_BROKERS"], "kafka-security": "sasl-plaintext", "kafka-sasl-mechanism": "plain",
                         "kafka-user": services["KAFKA_USER"], "kafka-replication": 1},
            "secrets": {"keys": {"kafka-password-file": "kafka-password"}},
            "authorities": {"configMap": "", "keys": {"mysql-tls-ca": None}}}


def passwords(services):
    """The stores' passwords, and keys of their own."""
    found = {f"{name}-password": Path(services[f"{name.upper()}_PASSWORD_FILE"]).read_text().strip() for name in ("mysql", "redis", "kafka")}
    return found | {key: key * 5 for key in KEYS}


def secret(services, name="frontrow"):
    data = {key: base64.b64encode(text.encode()).decode() for key, text in passwords(services).items()}
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name}, "data": data}
