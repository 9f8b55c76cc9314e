variable "name" {
  description = "Of the repository."
  type        = string
}

variable "images_key_arn" {
  description = "Key for the images."
  type        = string
}
