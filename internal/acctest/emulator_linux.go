package acctest

import "syscall"

// childAttributes puts a child into a process group of its own, and has the kernel end
// it when the test process dies without a chance to (a panic, a timeout, a kill).
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
