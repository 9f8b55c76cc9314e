# What differs from company to company; what differs from environment to environment is in main.tf.

variable "zone_name" {
  description = "The zone in Route 53."
  type        = string
}

variable "repository" {
  description = "Owner and name at GitHub."
  type        = string
}

variable "alarm_mail" {
  description = "Addresses that get alarms."
  type        = list(string)
}

variable "operators" {
  description = "Roles of people who manage the cluster."
  type        = map(string)
  default     = {}
}

variable "runner_security_group_ids" {
  description = "Groups of the runners in the VPC that deploy."
  type        = map(string)
  default     = {}
}

variable "token_key" {
  description = "Public key (PEM) that verifies bearer tokens."
  type        = string
}

variable "tokens" {
  description = "For the balancer's check of bearer tokens; null leaves it to the pods."
  type        = object({ issuer = string, jwks_endpoint = string, audience = optional(string) })
  default     = null

  validation {
    condition     = var.tokens == null ? true : startswith(var.tokens.jwks_endpoint, "https://")
    error_message = "The key set comes over HTTPS."
  }
}

variable "reserved_capacity_units" {
  description = "Of the balancer: raised before a sale opens, 0 afterwards."
  type        = number
  default     = 0
}
