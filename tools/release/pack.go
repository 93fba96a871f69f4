package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"time"
)

// file goes into an archive.
type file struct {
	name       string
	content    []byte
	executable bool
}

func (f file) mode() int64 {
	if f.executable {
		return 0o755
	}
	return 0o644
}

// pack makes an archive of files in one folder: zip for Windows, tar.gz for others. All that
// differs between machines is left out or is the given moment.
func pack(folder string, each target, files []file, moment time.Time) ([]byte, string, error) {
	var b bytes.Buffer
	if each.system == "windows" {
		if err := packZip(&b, folder, files, moment); err != nil {
			return nil, "", fmt.Errorf("packing %s: %w", folder, err)
		}
		return b.Bytes(), ".zip", nil
	}
	if err := packTar(&b, folder, files, moment); err != nil {
		return nil, "", fmt.Errorf("packing %s: %w", folder, err)
	}
	return b.Bytes(), ".tar.gz", nil
}

func packTar(b *bytes.Buffer, folder string, files []file, moment time.Time) error {
	compressed, err := gzip.NewWriterLevel(b, gzip.BestCompression)
	if err != nil {
		return err
	}
	archive := tar.NewWriter(compressed)
	for _, each := range files {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: folder + "/" + each.name, Size: int64(len(each.content)), Mode: each.mode(), ModTime: moment, Format: tar.FormatPAX}
		if err := archive.WriteHeader(header); err != nil {
			return err
		}
		if _, err := archive.Write(each.content); err != nil {
			return err
		}
	}
	if err := archive.Close(); err != nil {
		return err
	}
	return compressed.Close()
}

func packZip(b *bytes.Buffer, folder string, files []file, moment time.Time) error {
	archive := zip.NewWriter(b)
	for _, each := range files {
		writer, err := archive.CreateHeader(&zip.FileHeader{Name: folder + "/" + each.name, Method: zip.Deflate, Modified: moment})
		if err != nil {
			return err
		}
		if _, err := writer.Write(each.content); err != nil {
			return err
		}
	}
	return archive.Close()
}
