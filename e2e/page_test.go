package e2e

import (
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The page works in Chromium, by keyboard alone, while requests run: topology, traces, faults
// and health that changes; axe-core finds nothing, in light and in dark.
// AOAI_SCREENSHOTS=1 makes the pictures of docs/page.md anew.
func TestPageInABrowser(t *testing.T) {
	chromium, node, folder := browser(t)
	w := newSeededWorld(t, example("multi-region/defaults"), trafficSeed())
	w.must(0, "up")
	w.serving(func(x *traffic) {
		x.edge()
		account := ""
		hosts, err := x.session.Hosts(t.Context())
		require.NoError(t, err)
		for _, host := range hosts {
			if strings.HasPrefix(host.Host, "aoai-sweden-") {
				account = host.Host
			}
		}
		require.NotEmpty(t, account)
		stop := x.load("swedencentral", "francecentral")
		defer stop()
		shots := filepath.Join(folder, "shots")
		command := exec.CommandContext(t.Context(), node, "browser.mjs", chromium, x.session.Endpoints.Page, account, shots)
		command.Dir = folder
		said, err := command.CombinedOutput()
		t.Log(string(said))
		require.NoError(t, err)
		require.Equal(t, 8, strings.Count(string(said), "rules hold, 0 are broken"))
		if os.Getenv("AOAI_SCREENSHOTS") == "1" {
			keepScreenshots(t, shots)
		}
	})
}

// browser finds Chromium and Node, and installs what drives the one from the other in a
// folder of the test's; where that cannot be, the test is skipped.
func browser(t *testing.T) (chromium, node, folder string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("there is no chromium on this machine; Debian's package of that name has it")
	}
	if node, err = exec.LookPath("node"); err != nil {
		t.Skip("there is no node on this machine, which drives chromium here")
	}
	folder = t.TempDir()
	require.NoError(t, os.CopyFS(folder, os.DirFS(filepath.Join(root, "sandbox", "page", "testdata", "browser"))))
	install := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	install.Dir = folder
	if said, err := install.CombinedOutput(); err != nil {
		t.Skipf("npm cannot install playwright-core and axe-core: %v: %s", err, said)
	}
	return chromium, node, folder
}

// load asks at edge locations in turns, until stop. Answers may be errors: that is what the
// page shows.
func (x *traffic) load(locations ...string) (stop func()) {
	x.t.Helper()
	client, ctx := x.withKey(x.key("first-team")), x.t.Context()
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		turns := time.NewTicker(500 * time.Millisecond)
		defer turns.Stop()
		for n := 0; ; n++ {
			_, _ = client.Chat.Completions.New(ctx, question(), near(locations[n%len(locations)]))
			select {
			case <-ctx.Done():
				return
			case <-turns.C:
			}
		}
	}()
	return func() {
		cancel()
		<-ended
	}
}

// keepScreenshots puts the pictures into docs/pictures, with few colours.
func keepScreenshots(t *testing.T, from string) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(from, "*.png"))
	require.NoError(t, err)
	require.Len(t, names, 4)
	for _, name := range names {
		file, err := os.Open(name)
		require.NoError(t, err)
		picture, err := png.Decode(file)
		require.NoError(t, errors.Join(err, file.Close()))
		kept, err := os.Create(filepath.Join(root, "docs", "pictures", filepath.Base(name)))
		require.NoError(t, err)
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		require.NoError(t, errors.Join(encoder.Encode(kept, fewColours(picture)), kept.Close()))
		about, err := os.Stat(kept.Name())
		require.NoError(t, err)
		require.Less(t, about.Size(), int64(200_000), name)
	}
}

// fewColours is a picture in 256 colours. Of colours that are nearly alike, one stands for all,
// so that colours of few pixels stay, too.
func fewColours(of image.Image) image.Image {
	bounds, counts := of.Bounds(), map[color.Color]int{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			counts[of.At(x, y)]++
		}
	}
	palette := make(color.Palette, 0, len(counts))
	for each := range counts {
		palette = append(palette, each)
	}
	slices.SortFunc(palette, func(a, b color.Color) int { return counts[b] - counts[a] })
	alike := map[[3]uint32]bool{}
	palette = slices.DeleteFunc(palette, func(each color.Color) bool {
		r, g, b, _ := each.RGBA()
		about := [3]uint32{r >> 12, g >> 12, b >> 12}
		seen := alike[about]
		alike[about] = true
		return seen && counts[each] < bounds.Dx()*bounds.Dy()/1000
	})
	palette = palette[:min(256, len(palette))]
	nearest := map[color.Color]uint8{}
	made := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			at := of.At(x, y)
			index, known := nearest[at]
			if !known {
				index = uint8(palette.Index(at))
				nearest[at] = index
			}
			made.SetColorIndex(x, y, index)
		}
	}
	return made
}
