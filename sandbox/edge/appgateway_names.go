package edge

import (
	"fmt"
	"strings"

	"github.com/aoai-gateway/aoai-gateway/sandbox/deployed"
)

// target is the address at which a member is asked for a path under a name, over TLS unless
// the gateway speaks HTTP to it. A certificate is good for the name of its member alone.
func target(c *deployed.ApplicationGateway, member, name, path string) (string, error) {
	if c.MembersByHTTP {
		return "http://" + member + path, nil
	}
	if !strings.EqualFold(name, member) {
		return "", fmt.Errorf("the certificate of %s is not for %s", member, name)
	}
	return "https://" + member + path, nil
}
