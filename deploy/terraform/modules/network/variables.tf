variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "cidr" {
  description = "Addresses of the VPC."
  type        = string
}

variable "zones" {
  description = "Availability zones, three."
  type        = list(string)
}

variable "subnets" {
  description = "Networks by tier, in the order of the zones."
  type        = object({ public = list(string), private = list(string), data = list(string), edge = list(string) })
}

variable "nat_per_zone" {
  description = "A NAT gateway in each zone, not in the first only."
  type        = bool
}

variable "interface_endpoints" {
  description = "AWS services with an address inside the VPC."
  type        = list(string)
  default     = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "sts"]
}

variable "logs_key_arn" {
  description = "Key for the flow logs."
  type        = string
}
