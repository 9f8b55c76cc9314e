variable "name" {
  description = "Name of the environment, as frontrow-prod."
  type        = string
}
