//go:build unix

package registry

import (
	"os/exec"
	"syscall"
)

// endWithChildren has the end of a command's context end what it started, too: many helpers
// are scripts.
func endWithChildren(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
