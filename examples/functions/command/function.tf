# A line of a crontab, as the command of a docker task: ["bin/dump", "--all", "--note", "every night"]
output "words" {
  value = provider::docker::command("bin/dump --all --note 'every night'")
}
