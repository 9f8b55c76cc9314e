variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "repository" {
  description = "Owner and name at GitHub."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "As owner/name, without a pattern."
  }
}

variable "environment" {
  description = "GitHub's environment whose jobs deploy here: its reviewers are the approval."
  type        = string
}

variable "has_registry" {
  description = "The registry is made with this environment, and GitHub's provider, of which an account has one."
  type        = bool
}

variable "registry_arn" {
  description = "The registry, where this environment has it; else null."
  type        = string
}

variable "cluster_arn" {
  description = "The cluster."
  type        = string
}
