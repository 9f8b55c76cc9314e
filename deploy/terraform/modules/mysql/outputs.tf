output "primary" {
  description = "host:port of the primary; after a failover the name leads to the former standby."
  value       = aws_db_instance.primary.endpoint
}

output "replicas" {
  description = "host:port of each replica."
  value       = [for replica in aws_db_instance.replica : replica.endpoint]
}

output "identifiers" {
  description = "For alarms: the primary and the replicas."
  value = {
    primary  = aws_db_instance.primary.identifier
    replicas = [for replica in aws_db_instance.replica : replica.identifier]
  }
}
