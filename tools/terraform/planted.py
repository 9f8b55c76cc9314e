"""Errors to be made on purpose in a copy of deploy/terraform: check.py has to find each of them by its name."""

from typing import NamedTuple


class Fault(NamedTuple):
    file: str
    text: str
    instead: str
    found: str  # part of what is said
    is_name: bool = True  # names.py finds it as well


MYSQL, CLUSTER, BALANCER, NETWORK = (f"modules/{name}/main.tf" for name in ("mysql", "cluster", "balancer", "network"))

PLANTED = [
    # A resource's name, an argument's, an argument's in a nested block, a block's.
    Fault(NETWORK, 'resource "aws_nat_gateway" "this"', 'resource "aws_nat_gatway" "this"', "aws_nat_gatway"),
    Fault(MYSQL, "storage_encrypted     = true", "storage_encryption    = true", "storage_encryption"),
    Fault(CLUSTER, "endpoint_public_access = false", "endpoint_public_acces = false", "endpoint_public_acces"),
    Fault(BALANCER, "  stickiness {", "  stickyness {", "stickyness"),
    Fault("modules/edge/main.tf", "origin_keepalive_timeout = 50", "origin_keep_alive_timeout = 50", "origin_keep_alive_timeout"),
    Fault("modules/balancer/rules.tf", "jwks_endpoint = var.tokens.jwks_endpoint", "jwks_uri = var.tokens.jwks_endpoint", "jwks_uri"),
    # A reference to what a resource does not have, to a resource that is not there, to an output of a module.
    Fault("modules/mysql/outputs.tf", "aws_db_instance.primary.endpoint", "aws_db_instance.primary.end_point", "end_point"),
    Fault("modules/kafka/outputs.tf", "bootstrap_brokers_sasl_scram", "bootstrap_brokers_scram", "bootstrap_brokers_scram"),
    Fault(NETWORK, "subnet_id     = aws_subnet.public[each.key].id", "subnet_id     = aws_subnet.publik[each.key].id", "publik"),
    Fault("modules/stack/main.tf", "module.network.edge_subnet_ids", "module.network.edge_subnets", "edge_subnets", False),
    # A type, and what is left out.
    Fault("modules/redis/main.tf", "num_cache_clusters   = var.nodes", 'num_cache_clusters   = "three"', "a number is required", False),
    Fault("modules/registry/main.tf", "name                 = var.name", "", "name"),
    Fault("modules/kafka/main.tf", "  broker_node_group_info {", "  timeouts {", "broker_node_group_info"),
    # A secret that would be in the state.
    Fault("modules/secrets/main.tf", "secret_string_wo         = ephemeral", "secret_string            = ephemeral", "phemeral", False),
]
