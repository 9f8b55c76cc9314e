# The arithmetic between the parts, without a provider: what a number of pods asks of MySQL, and which networks there are.
# docs/infra.md, "What fifty pods need", has the measurements.

locals {
  # Operators, migrations, exporters and the provider's own sessions.
  reserve = 50

  # While a new version comes, a quarter more (the chart's maxSurge), and the workers.
  pods_at_once = ceil(var.pods_max * 1.25) + var.workers

  mysql_connections         = local.pods_at_once * var.connections_per_pod + local.reserve
  mysql_replica_connections = local.pods_at_once * 4 + local.reserve # a pod opens four to a replica at most

  zones = length(var.zones)
  # A /16 becomes /20: three for the NAT, three for pods, three for MySQL, Redis and Kafka; and three /24 for the balancer alone, so that an
  # address tells it from a pod.
  public  = [for i in range(local.zones) : cidrsubnet(var.cidr, 4, i)]
  private = [for i in range(local.zones) : cidrsubnet(var.cidr, 4, 4 + i)]
  data    = [for i in range(local.zones) : cidrsubnet(var.cidr, 4, 8 + i)]
  edge    = [for i in range(local.zones) : cidrsubnet(var.cidr, 8, 240 + i)]

  pods_a_zone = ceil(local.pods_at_once / local.zones)
  nodes_max   = ceil(local.pods_a_zone / var.pods_per_node) * local.zones
}
