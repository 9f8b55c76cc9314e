output "vpc_id" {
  description = "The VPC."
  value       = aws_vpc.this.id
}

output "edge_subnet_ids" {
  description = "Subnets of the balancer."
  value       = [for zone in var.zones : aws_subnet.edge[zone].id]
}

output "private_subnet_ids" {
  description = "Subnets of the pods."
  value       = [for zone in var.zones : aws_subnet.private[zone].id]
}

output "data_subnet_ids" {
  description = "Subnets of MySQL, Redis and Kafka."
  value       = [for zone in var.zones : aws_subnet.data[zone].id]
}
