package registry

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
)

func digestOf(text string) string { return fmt.Sprintf("sha256:%x", sha256.Sum256([]byte(text))) }

// identity are credentials that are a refresh token, as of Docker's login to some registries.
func identity(token string) Credentials {
	return Credentials{keychain: fixed{authn.FromConfig(authn.AuthConfig{IdentityToken: token})}}
}

func withDestination(t *testing.T, to destination) context.Context {
	t.Helper()
	return context.WithValue(t.Context(), destinationKey{}, to)
}

// inetAton reads an address of IPv4 as C libraries do: up to four numbers, also octal and
// hexadecimal, the last of which fills what is left.
func inetAton(s string) (netip.Addr, bool) {
	parts := strings.Split(s, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var value uint64
	for i, part := range parts {
		n, err := strconv.ParseUint(strings.ReplaceAll(part, "_", "x"), 0, 32)
		last := i == len(parts)-1
		if err != nil || !last && n > 255 || last && n >= 1<<(8*(5-len(parts))) {
			return netip.Addr{}, false
		}
		if last {
			value = value<<(8*(5-len(parts))) | n
		} else {
			value = value<<8 | n
		}
	}
	return normalized(netip.AddrFrom4([4]byte{byte(value >> 24), byte(value >> 16), byte(value >> 8), byte(value)})), true
}
