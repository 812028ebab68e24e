//go:build unix && !linux

package acctest

import "syscall"

// childAttributes puts a child into a process group of its own. Only Linux can tie its
// life to that of the test process.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
