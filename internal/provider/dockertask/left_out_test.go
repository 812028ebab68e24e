package dockertask

// leftOut are the fields of ECS's RegisterTaskDefinition that no attribute of docker_task
// sets, by their names in a task definition file, each with the reason. A test keeps it
// complete; the guide on fields shows it.
var leftOut = map[string]string{
	"tags.key":                         "Sent beside the definition: `tags`, the provider's `default_tags`, and where the task runs. A change of tags registers nothing.",
	"tags.value":                       "Sent beside the definition: `tags`, the provider's `default_tags`, and where the task runs. A change of tags registers nothing.",
	"inferenceAccelerators.deviceName": "AWS no longer offers Elastic Inference. One in `definition_json` is sent as it is.",
	"inferenceAccelerators.deviceType": "AWS no longer offers Elastic Inference. One in `definition_json` is sent as it is.",
}
