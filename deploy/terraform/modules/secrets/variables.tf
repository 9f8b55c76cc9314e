variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "secrets_key_arn" {
  description = "Key for all of them."
  type        = string
}

variable "versions" {
  description = "By name: a number that grows makes a new value."
  type        = map(number)
  default     = {}
}
