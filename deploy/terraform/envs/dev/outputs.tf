output "values" {
  description = "For the chart: `output -json values` is a file of values."
  value       = module.sale.values
}

output "deployment" {
  description = "For the variables of GitHub's environment, and the TargetGroupBinding."
  value = {
    cluster          = module.sale.cluster
    registry         = module.sale.registry
    roles            = module.sale.roles
    target_group_arn = module.sale.target_group_arn
    token_rules      = module.sale.token_rules
  }
}
