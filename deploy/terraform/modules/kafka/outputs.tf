output "brokers" {
  description = "host:port of the brokers, with SASL and TLS."
  value       = aws_msk_cluster.this.bootstrap_brokers_sasl_scram
}

output "name" {
  description = "For alarms."
  value       = aws_msk_cluster.this.cluster_name
}
