package library

import "github.com/aoai-gateway/aoai-gateway/internal/policy/dotnet"

// guidOrder is where the bytes of a Guid stand in what Guid.ToByteArray gives.
var guidOrder = [...]int{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15}

func bytesOfGuid(v dotnet.Guid) *Bytes {
	data := make([]byte, len(guidOrder))
	for i, from := range guidOrder {
		data[i] = v[from]
	}
	return &Bytes{data}
}

func guidOfBytes(b *Bytes) (any, error) {
	var v dotnet.Guid
	if len(b.Data) != len(guidOrder) {
		return nil, dotnet.Argument("Byte array for GUID must be exactly 16 bytes long.", "b")
	}
	for i, from := range guidOrder {
		v[from] = b.Data[i]
	}
	return v, nil
}
