//go:build unix && !linux

package acctest

import (
	"fmt"
	"os/exec"
	"strings"
	"syscall"
)

// childAttributes puts a child into a process group of its own. Only Linux can tie its
// life to that of the test process.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}

// membersOf are the processes of a group, its leader apart.
func membersOf(group int) ([]int, error) {
	list, err := exec.Command("ps", "-A", "-o", "pid=,pgid=,stat=").Output()
	if err != nil {
		return nil, err
	}
	var members []int
	for line := range strings.Lines(string(list)) {
		var pid, of int
		var state string
		if _, err := fmt.Sscan(line, &pid, &of, &state); err != nil {
			return nil, fmt.Errorf("reading %q: %w", line, err)
		}
		if of == group && pid != group && !strings.HasPrefix(state, "Z") {
			members = append(members, pid)
		}
	}
	return members, nil
}
