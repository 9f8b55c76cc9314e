output "server" {
  description = "host:port of the primary, whichever node it is."
  value       = "${aws_elasticache_replication_group.this.primary_endpoint_address}:6379"
}

output "nodes" {
  description = "For alarms: the ids of the nodes."
  value       = [for i in range(var.nodes) : "${var.name}-${format("%03d", i + 1)}"]
}
