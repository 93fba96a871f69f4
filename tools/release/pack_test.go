package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"testing"
	"time"
)

var moment = time.Date(2026, 11, 28, 1, 2, 4, 0, time.UTC)

var files = []file{{"aoai", []byte("program"), true}, {"LICENSE", []byte("MIT"), false}}

// Two packings give the same bytes, whatever the machine's clock says.
func TestPackIsTheSameTwice(t *testing.T) {
	for _, each := range targets {
		first, extension, err := pack("aoai-1", each, files, moment)
		if err != nil {
			t.Fatal(err)
		}
		second, _, err := pack("aoai-1", each, files, moment)
		if err != nil || !bytes.Equal(first, second) {
			t.Errorf("two archives for %v differ (%v)", each, err)
		}
		if want := map[bool]string{true: ".zip", false: ".tar.gz"}[each.system == "windows"]; extension != want {
			t.Errorf("%v gets %s", each, extension)
		}
	}
}

// What is unpacked is what was packed, and the command can be run.
func TestPackedFiles(t *testing.T) {
	packed, _, err := pack("aoai-1", target{"linux", "amd64"}, files, moment)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(plain)
	for _, want := range files {
		header, err := archive.Next()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil || header.Name != "aoai-1/"+want.name || header.Mode != want.mode() || !header.ModTime.Equal(moment) || string(content) != string(want.content) {
			t.Errorf("%+v holds %q (%v)", header, content, err)
		}
	}
	packed, _, err = pack("aoai-1", target{"windows", "amd64"}, files, moment)
	if err != nil {
		t.Fatal(err)
	}
	zipped, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil || len(zipped.File) != len(files) || zipped.File[0].Name != "aoai-1/aoai" {
		t.Errorf("the archive for Windows: %v, %v", zipped, err)
	}
}
