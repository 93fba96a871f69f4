package library

// declareBeyond names the types that Microsoft's reference allows in expressions
// and that this library does not have, so that a document that uses them is told
// apart from one that is wrong.
func declareBeyond(l *Library) {
	def := &definition{name: "KnownBeyond", members: map[string][]*Member{}, parameters: []string{"never", "so", "many", "type", "arguments", "as", "this"}}
	for namespace, names := range map[string][]string{
		"System.Xml.Linq":              {"XNodeDocumentOrderComparer", "XNodeEqualityComparer"},
		"System":                       {"TimeZone"},
		"System.Security.Cryptography": {"CipherMode", "Oid", "PaddingMode", "SymmetricAlgorithm"},
		"System.Security.Cryptography.X509Certificates": {"PublicKey", "X500DistinguishedName", "X509Certificate", "X509ContentType", "X509NameType"},
	} {
		for _, name := range names {
			if len(l.byName[name]) == 0 {
				l.byName[name] = append(l.byName[name], def)
			}
			l.byName[namespace+"."+name] = append(l.byName[namespace+"."+name], def)
		}
	}
}

// ForbiddenType tells a type that .NET has and Microsoft's reference does not list.
// The service refuses their members.
func ForbiddenType(name string) bool {
	switch name {
	case "CultureInfo", "DateTimeStyles", "NumberStyles", "IFormatProvider", "Task", "Thread", "Environment", "HttpClient", "HttpUtility", "File", "Console", "Assembly", "Process", "Activator", "GC",
		"Stream", "MemoryStream", "StreamReader", "Stopwatch", "Interlocked", "Monitor", "Aes", "RandomNumberGenerator", "JsonSerializer", "JsonSerializerSettings", "StringContent":
		return true
	}
	return false
}
