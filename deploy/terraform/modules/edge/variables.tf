variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}

variable "zone_name" {
  description = "The zone in Route 53, which is there already."
  type        = string
}

variable "domain" {
  description = "The public name, in that zone."
  type        = string
}

variable "balancer" {
  description = "The balancer inside the VPC."
  type        = object({ arn = string, dns_name = string })
}

variable "countries" {
  description = "Countries that may ask, as KR; none is all."
  type        = list(string)
  default     = []
}

variable "price_class" {
  description = "PriceClass_100, 200 or All."
  type        = string
  default     = "PriceClass_200"
}
