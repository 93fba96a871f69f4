package waf

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	coreruleset "github.com/corazawaf/coraza-coreruleset/v4"
	"github.com/corazawaf/coraza/v3"
)

// The engine's own rules, which Microsoft has under the same ids.
const (
	unreadable   = 200002
	badMultipart = 200003
)

// mostInspected is the most of a body that a policy can have looked at, in bytes. Source: the
// page of Application Gateway's firewall on request limits.
const mostInspected = 2000 << 10

// setup is Coraza's configuration. It only detects: what follows is decided by the stored policy.
// Methods: OWASP allows GET, HEAD, POST and OPTIONS. Which ones Microsoft allows is not
// documented; the API of Azure OpenAI needs three more.
const setup = `
SecRuleEngine DetectionOnly
SecAuditEngine Off
SecRequestBodyAccess On
SecResponseBodyAccess Off
SecRequestBodyLimit %[1]d
SecRequestBodyInMemoryLimit %[1]d
SecArgumentsLimit 10000
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\+|/)|text/)xml" "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQBODY_ERROR "!@eq 0" "id:200002,phase:2,t:none,pass,msg:'Failed to parse request body',severity:'CRITICAL'"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" "id:200003,phase:2,t:none,pass,msg:'Multipart request body failed strict validation',severity:'CRITICAL'"
SecAction "id:900000,phase:1,pass,nolog,setvar:tx.crs_setup_version=4250,setvar:tx.blocking_paranoia_level=%[2]d,setvar:tx.detection_paranoia_level=%[2]d"
SecAction "id:900200,phase:1,pass,nolog,setvar:'tx.allowed_methods=GET HEAD POST OPTIONS PUT PATCH DELETE'"
`

// engine is Coraza with some rules. It is compiled when it is first needed.
type engine struct {
	compiled func() (coraza.WAF, error)
}

// newEngine runs those rules of a catalogue that are wanted.
func newEngine(catalogue []Rule, wanted map[int]bool) *engine {
	return &engine{sync.OnceValues(func() (coraza.WAF, error) {
		files, err := ruleFiles()
		if err != nil {
			return nil, err
		}
		made, err := coraza.NewWAF(coraza.NewWAFConfig().WithRootFS(coreruleset.FS).WithDirectives(directives(files, catalogue, wanted)))
		if err != nil {
			return nil, fmt.Errorf("compiling the Core Rule Set: %w", err)
		}
		return made, nil
	})}
}

func directives(files []string, catalogue []Rule, wanted map[int]bool) string {
	paranoia, off := 1, []string{}
	for _, rule := range catalogue {
		if wanted[rule.ID] {
			paranoia = max(paranoia, rule.Paranoia)
		} else {
			off = append(off, strconv.Itoa(rule.ID))
		}
	}
	var text strings.Builder
	fmt.Fprintf(&text, setup, mostInspected, paranoia)
	for _, file := range files {
		text.WriteString("Include " + file + "\n")
	}
	if len(off) > 0 {
		text.WriteString("SecRuleRemoveById " + strings.Join(off, " ") + "\n")
	}
	return text.String()
}

// key names an engine by its rules.
func key(wanted map[int]bool) string {
	var ids []string
	for id, on := range wanted {
		if on {
			ids = append(ids, strconv.Itoa(id))
		}
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}
