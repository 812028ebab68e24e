# A file for aws ecs register-task-definition --cli-input-json, unchanged. Image, environment
# and wires go into its main container.
resource "docker_task" "shop" {
  name            = "shop"
  definition_json = file("${path.module}/shop.json")
  image           = "public.ecr.aws/docker/library/nginx:1.29"
  environment     = { STAGE = "live" }

  wires = {
    baskets = { table = "baskets", access = "read_write" }
  }
}
