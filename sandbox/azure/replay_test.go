package azure

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aoai-gateway/aoai-gateway/internal/arm"
)

// TestReplay sends the requests of Microsoft's published examples to the sandbox, each in a
// world that holds what the example takes for granted, and compares status and body. The
// verdicts stand in testdata/replay/verdicts.tsv: what is not as published, or refused by name,
// and why. AOAI_REPLAY=1 runs it (a minute); AOAI_REPLAY=write writes the table anew, keeps its
// reasons and leaves those of new rows open.
func TestReplay(t *testing.T) {
	mode := os.Getenv("AOAI_REPLAY")
	if mode == "" {
		t.Skip("AOAI_REPLAY=1 replays Microsoft's published examples")
	}
	table, found := readVerdicts(t), map[string]string{}
	var total replayCount
	for _, module := range exampleModules {
		var count replayCount
		for _, one := range recordExamples(t, module) {
			verdict := replay(t, one)
			count.add(verdict)
			if verdict != "" && verdict != notModelled {
				found[module+"\t"+one.Example] = verdict
			}
		}
		t.Logf("%-40s %s", module, count)
		total.right, total.wrong, total.refused, total.outside = total.right+count.right, total.wrong+count.wrong, total.refused+count.refused, total.outside+count.outside
	}
	t.Logf("%-40s %s", "all", total)
	if total.right*100 < leastShare*(total.right+total.wrong) {
		t.Errorf("%d of %d examples are as published; at least %d %% are to be", total.right, total.right+total.wrong, leastShare)
	}
	if total.right < leastRight {
		t.Errorf("%d examples are as published; %d were: did a type or call get out of scope?", total.right, leastRight)
	}
	if mode == "write" {
		writeVerdicts(t, found, table)
		return
	}
	compareVerdicts(t, found, table)
}

const (
	// leastShare is how many of a hundred examples of what is modelled are as published.
	leastShare = 95
	// leastRight is how many examples were as published when this was written.
	leastRight = 378
)

// replayCount counts verdicts: as published, not so, refused by name though the type is
// modelled, and of types and calls that are not modelled.
type replayCount struct{ right, wrong, refused, outside int }

func (c *replayCount) add(verdict string) {
	switch {
	case verdict == "":
		c.right++
	case verdict == notModelled:
		c.outside++
	case strings.HasPrefix(verdict, refusedByName):
		c.refused++
	default:
		c.wrong++
	}
}

func (c replayCount) String() string {
	return fmt.Sprintf("%3d of %3d as published, %2d refused by name, %3d of types and calls that are not modelled", c.right, c.right+c.wrong, c.refused, c.outside)
}

var (
	anySubscription   = regexp.MustCompile(`(?i)/subscriptions/[^/"?]+`)
	groupOf           = regexp.MustCompile(`(?i)^(/subscriptions/[^/]+/resourceGroups/[^/]+)/`)
	namedInPolicy     = regexp.MustCompile(`\{\{([\w-]+)\}\}`)
	relativeReference = regexp.MustCompile(`"(/(?:loggers|backends|products|apis)/[\w-]+)"`)
	nowhere           = regexp.MustCompile(`(?i)^/subscriptions/[^/]+$`)
)

// replay sends one example; "" is as published.
func replay(t *testing.T, one published) string {
	t.Helper()
	address, err := url.Parse(one.URL)
	if err != nil {
		t.Fatal(err)
	}
	world := newReplayWorld(t)
	path := anySubscription.ReplaceAllString(strings.TrimSuffix(address.Path, "/"), subscription)
	body := anySubscription.ReplaceAllString(string(one.Body), subscription)
	id, collection, modelled := world.target(one.Method, path)
	if !modelled {
		return notModelled
	}
	var content any
	_ = json.Unmarshal([]byte(body), &content)
	if sent, isObject := content.(map[string]any); isObject {
		world.location = text(sent, "location")
		world.takeForGranted(id, sent, body)
	}
	world.prepare(id, one.Method == http.MethodPut || collection)
	if isConnection(id) {
		owner, _ := id.Parent()
		connection := world.connect(owner)
		if !collection {
			path = connection // the example's name is one that nobody knows
		}
	} else {
		world.prepareReferences(content, path)
	}
	if group := groupOf.FindStringSubmatch(path); group != nil {
		world.prepareReferences(group[1], "-")
	}
	world.settle()
	status, answered, raw := world.send(one.Method, path+"?"+address.RawQuery, body, one.IfMatch)
	if strings.Contains(string(raw), "The sandbox does not ") || world.foreign && strings.Contains(string(raw), "InvalidResourceReference") ||
		strings.Contains(string(raw), "InvalidResourceNamespace") {
		return refusedByName + brief(raw)
	}
	if !slices.ContainsFunc(one.statuses, func(name string) bool { return statusNames[name] == status }) {
		return fmt.Sprintf("%d %s, not %s", status, brief(raw), strings.Join(one.statuses, ", "))
	}
	if one.Method == http.MethodPut && status < http.StatusBadRequest && status != http.StatusAccepted {
		if lost := lostAt("", content, answered); lost != "" && !strings.Contains(body, `"restore":true`) {
			return "lost or changed: " + lost
		}
	}
	return ""
}

var statusNames = map[string]int{
	"StatusOK": http.StatusOK, "StatusCreated": http.StatusCreated, "StatusAccepted": http.StatusAccepted, "StatusNoContent": http.StatusNoContent,
}

func brief(raw []byte) string {
	var envelope struct {
		Error struct{ Code, Message string }
	}
	_ = json.Unmarshal(raw, &envelope)
	text := strings.Join(strings.Fields(envelope.Error.Code+" "+envelope.Error.Message), " ")
	if len(text) > 200 {
		text = text[:200]
	}
	return text
}

// notAnswered are what Azure takes and does not answer with.
var notAnswered = regexp.MustCompile(`(?i)(password|secret|data|key|connectionString|certificate|format|^/properties/value|template|restore|confirmation|sendEmail|type$|etag|accessToken|accessCode)$`)

// lostAt is the first place of the request's body that the answer does not repeat.
func lostAt(path string, sent, got any) string {
	switch sent := sent.(type) {
	case map[string]any:
		object, _ := got.(map[string]any)
		for _, name := range sorted(sent) {
			at := path + "/" + name
			if notAnswered.MatchString(at) || sent[name] == nil || at == "/id" || at == "/name" {
				continue
			}
			value, there := object[name]
			if !there {
				for other := range object {
					if strings.EqualFold(other, name) {
						value, there = object[other], true
					}
				}
			}
			if !there {
				return at
			}
			if lost := lostAt(at, sent[name], value); lost != "" {
				return lost
			}
		}
	case []any:
		list, _ := got.([]any)
		if len(list) < len(sent) {
			return path
		}
		for i, each := range sent {
			at := fmt.Sprintf("%s/%d", path, i)
			lost := lostAt(at, each, list[i])
			// Azure adds elements of its own, such as a service's own host name, before those that were sent.
			added := len(list) > len(sent) && slices.ContainsFunc(list, func(one any) bool { return lostAt(at, each, one) == "" })
			if lost != "" && !added {
				return lost
			}
		}
	case string:
		text, _ := got.(string)
		relative := strings.HasPrefix(sent, "/") && strings.HasSuffix(arm.Fold(text), arm.Fold(sent))
		if !relative && !strings.EqualFold(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(sent, " ", "")) && !sameInstant(sent, text) {
			return path
		}
	default:
		if got != sent {
			return path
		}
	}
	return ""
}

func sameInstant(a, b string) bool {
	one, err := time.Parse(time.RFC3339, a)
	two, other := time.Parse(time.RFC3339, b)
	return err == nil && other == nil && one.Equal(two)
}
