# The arithmetic between the parts, without a provider: what a number of pods asks of MySQL, and which networks there are.
# docs/infra.md, "What fifty pods need", has the measurements.

locals {
  # Operators, migrations, exporters and the provider's own sessions.
  reserve = 50

  mysql_connections         = var.pods_max * var.connections_per_pod + local.reserve
  mysql_replica_connections = var.pods_max * 4 + local.reserve # a pod opens four to a replica at most

  zones = length(var.zones)
  # A /16 becomes /20: three for the balancer and NAT, three for pods, three for MySQL, Redis and Kafka.
  public  = [for i in range(local.zones) : cidrsubnet(var.cidr, 4, i)]
  private = [for i in range(local.zones) : cidrsubnet(var.cidr, 4, 4 + i)]
  data    = [for i in range(local.zones) : cidrsubnet(var.cidr, 4, 8 + i)]

  pods_a_zone = ceil(var.pods_max / local.zones)
  nodes_max   = ceil(local.pods_a_zone / var.pods_per_node) * local.zones
}
