#!/bin/bash
# Entry point of the image: runs the command that the state machine passes, and sends its result for the task token.
# A command that fails is the error ScriptFailed in the state machine, which catches it.
set -eu

finish() {
  code=$?
  if [ "$code" != 0 ]; then
    aws stepfunctions send-task-failure --task-token "$TASK_TOKEN" --error ScriptFailed --cause "exit code $code"
  fi
}
trap finish EXIT

"$@"

aws stepfunctions send-task-success --task-token "$TASK_TOKEN" --task-output '{"Example": "Test"}'
