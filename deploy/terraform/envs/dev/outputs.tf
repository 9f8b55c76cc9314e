output "frontrow_environment" {
  description = "Settings of the pods, for the chart's values."
  value       = module.sale.frontrow_environment
}

output "secrets" {
  description = "By environment variable: the secret with its value."
  value       = module.sale.secrets
}

output "deployment" {
  description = "For the variables of GitHub's environment, and the TargetGroupBinding."
  value = {
    cluster          = module.sale.cluster
    registry         = module.sale.registry
    roles            = module.sale.roles
    target_group_arn = module.sale.target_group_arn
  }
}
