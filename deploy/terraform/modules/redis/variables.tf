variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "subnet_ids" {
  description = "The data subnets."
  type        = list(string)
}

variable "pods_security_group_id" {
  description = "Group of the pods."
  type        = string
}

variable "node_type" {
  description = "Of each node."
  type        = string
}

variable "nodes" {
  description = "A primary and its replicas, in different zones."
  type        = number

  validation {
    condition     = var.nodes >= 2 && var.nodes <= 6
    error_message = "Two nodes at least: without a replica there is no failover."
  }
}

variable "password_secret_id" {
  description = "Secret whose redis-password is the password."
  type        = string
}

variable "data_key_arn" {
  description = "Key for data at rest."
  type        = string
}

variable "logs_key_arn" {
  description = "Key for the slow log."
  type        = string
}
