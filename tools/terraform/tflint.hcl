config {
  call_module_type = "local"
}

plugin "terraform" {
  enabled = true
  preset  = "all"
}

# A small environment or output is no file of its own.
rule "terraform_standard_module_structure" {
  enabled = false
}
