package acctest

import (
	"os/exec"
	"runtime"
	"syscall"
)

// process is a child in a process group of its own, which ends with it, and with the test
// process.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when it is gone
	err    error         // how it ended, once it has
}

// startProcess starts the command. While it runs, meanwhile may read its output.
func startProcess(cmd *exec.Cmd, meanwhile func()) (*process, error) {
	p := &process{cmd: cmd, exited: make(chan struct{})}
	cmd.SysProcAttr = childAttributes()
	started := make(chan error, 1)
	go func() {
		// Pdeathsig fires when the thread that started the child ends, not the process:
		// this thread is kept for as long as the child lives.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		meanwhile()
		p.err = cmd.Wait()
		p.signal(syscall.SIGKILL) // what it left of its group
		close(p.exited)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// signal sends a signal to the process and all others of its group, as a terminal does.
func (p *process) signal(s syscall.Signal) { _ = syscall.Kill(-p.cmd.Process.Pid, s) }
