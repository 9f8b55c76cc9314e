output "name" {
  description = "The cluster, for `aws eks update-kubeconfig`."
  value       = aws_eks_cluster.this.name
}

output "arn" {
  description = "The cluster."
  value       = aws_eks_cluster.this.arn
}

output "security_group_id" {
  description = "Group of the nodes and pods."
  value       = aws_eks_cluster.this.vpc_config[0].cluster_security_group_id
}
