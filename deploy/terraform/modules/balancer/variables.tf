variable "name" {
  description = "Name of the environment, as frontrow-prod: 32 characters at most."
  type        = string
}

variable "vpc_id" {
  description = "The VPC."
  type        = string
}

variable "pod_networks" {
  description = "Networks of the pods."
  type        = list(string)
}

variable "subnet_ids" {
  description = "The edge subnets."
  type        = list(string)
}

variable "certificate_arn" {
  description = "Certificate of the public name, in this region."
  type        = string
}

variable "is_protected" {
  description = "Refuses to be deleted."
  type        = bool
}

variable "reserved_capacity_units" {
  description = "Capacity units that are there before people come; 0 reserves none."
  type        = number
}

variable "tokens" {
  description = "Lets the balancer refuse bearer tokens that are not signed (RS256 only), have expired or are of another issuer; null leaves all of it to the pods."
  type        = object({ issuer = string, jwks_endpoint = string, audience = optional(string) })
}
