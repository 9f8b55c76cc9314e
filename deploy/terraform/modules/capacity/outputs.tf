output "mysql_connections" {
  description = "max_connections of the primary."
  value       = local.mysql_connections
}

output "mysql_replica_connections" {
  description = "max_connections of each replica."
  value       = local.mysql_replica_connections
}

output "subnets" {
  description = "Networks by tier, one for each zone."
  value       = { public = local.public, private = local.private, data = local.data, edge = local.edge }
}

output "nodes_max" {
  description = "Nodes for the most pods, with the same number in each zone."
  value       = local.nodes_max
}
