output "balancer_certificate_arn" {
  description = "The balancer's certificate, once it is valid."
  value       = aws_acm_certificate_validation.balancer.certificate_arn
}

output "distribution_id" {
  description = "For invalidations and alarms."
  value       = aws_cloudfront_distribution.this.id
}
