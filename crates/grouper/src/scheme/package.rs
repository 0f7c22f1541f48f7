//! Where a scheme's files are: in a folder, or packed in one file, a tar archive under zstd.

use super::Scheme;
use super::tables::{File, bad};
use crate::error::{F101, S109, S110};
use dianzhi_core::Text;
use dianzhi_policy::{Diagnostic, Diagnostics};
use std::io::{Read, Write};
use std::path::Path;

/// More than this is no scheme: the tables of the largest known have 6 MB. With it every count of
/// lines and codes fits its 32 bits.
pub const PACKAGE_BYTES_MAX: u64 = 64 << 20;

/// Of zstd. On the largest known scheme 19 takes 20 times as long for a package a fifth smaller.
const LEVEL: i32 = 9;

/// The files that a scheme may have.
const FILES: [&str; 18] = [
    "scheme.toml",
    "scheme.json",
    "mdc.tsv",
    "mdc_dx.tsv",
    "adrg.tsv",
    "adrg_codes.tsv",
    "drg.tsv",
    "ex_codes.tsv",
    "mcc.tsv",
    "cc.tsv",
    "cce.tsv",
    "ss_valid.tsv",
    "drg_names.tsv",
    "zd_info.tsv",
    "ss_info.tsv",
    "zd_map.tsv",
    "ss_map.tsv",
    "departments.tsv",
];

/// A scheme and its files as one package, ready to be written.
#[derive(Clone, Debug)]
pub struct Packed {
    /// The scheme, read back from the package.
    pub scheme: Scheme,
    /// The package.
    pub bytes: Vec<u8>,
    /// What an importer read in another way than it stands.
    pub warnings: Vec<Diagnostic>,
}

impl Packed {
    /// Writes the package, whole or not at all.
    ///
    /// # Errors
    /// F101 where the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Diagnostic> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let work = path.with_file_name(format!(".{name}.work-{}", std::process::id()));
        let written = std::fs::File::create(&work).and_then(|mut file| {
            file.write_all(&self.bytes)?;
            file.sync_all()?;
            std::fs::rename(&work, path)
        });
        written.map_err(|e| {
            // It may never have been there.
            let _ = std::fs::remove_file(&work);
            let shown = path.display();
            bad(
                F101,
                Text::new(format!("无法写入 {shown}：{e}"), format!("cannot write {shown}: {e}")),
                Text::new(
                    "检查路径、权限和磁盘空间",
                    "check the path, its permissions and the space on the disk",
                ),
            )
        })
    }
}

impl Scheme {
    /// Reads a scheme from a package or from a folder with its tables.
    ///
    /// # Errors
    /// Every mistake of the tables, each with its file and line.
    pub fn load(path: &Path) -> Result<Scheme, Diagnostics> {
        Scheme::of_files(&files(path)?)
    }

    /// Reads a scheme from a package's bytes; `name` is for messages.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn of_package(name: &str, bytes: &[u8]) -> Result<Scheme, Diagnostics> {
        Scheme::of_files(&unpack(name, bytes).map_err(Diagnostics::from)?)
    }

    /// Reads a scheme from tables in memory: the name of each file (`mdc.tsv`) and its text.
    ///
    /// ```
    /// use dianzhi_grouper::Scheme;
    /// let mistakes = Scheme::of_tables(&[("scheme.toml", "code = \"none\"")]).unwrap_err();
    /// assert!(mistakes.to_string().contains("mdc.tsv is missing"));
    /// ```
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn of_tables(tables: &[(&str, &str)]) -> Result<Scheme, Diagnostics> {
        let file = |(name, text): &(&str, &str)| File {
            name: (*name).to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        Scheme::of_files(&tables.iter().map(file).collect::<Vec<_>>())
    }

    /// Packs the tables of a folder, or of a package, into one file. The scheme that is given back
    /// was read from that file's bytes, so a package that was written has no mistakes.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn pack(path: &Path) -> Result<Packed, Diagnostics> {
        Scheme::pack_files(files(path)?)
    }

    /// The same, of files in memory.
    pub(crate) fn pack_files(mut files: Vec<File>) -> Result<Packed, Diagnostics> {
        let scheme = Scheme::of_files(&files)?;
        for file in &mut files {
            // A package has one way to say what the scheme says of itself.
            if file.name.ends_with("scheme.json") {
                file.name = "scheme.toml".into();
                file.bytes = scheme.header.to_toml()?.into_bytes();
            }
        }
        let bytes = archive(&files).map_err(|e| Diagnostics::from(unreadable("scheme", &e)))?;
        Ok(Packed {
            scheme: Scheme::of_package(&format!("{}.dzs", scheme.header.code), &bytes)?,
            bytes,
            warnings: Vec::new(),
        })
    }
}

/// The files of a scheme, from a folder or a package.
fn files(path: &Path) -> Result<Vec<File>, Diagnostics> {
    let name = path.display().to_string();
    let found = if path.is_dir() {
        folder(path)
    } else {
        read(path)
            .map_err(|e| unreadable(&name, &e))
            .and_then(|bytes| unpack(&name, &bytes))
    };
    found.map_err(|mistake| mistake.into())
}

/// A file as far as a scheme's could go: one that is larger is told by its size ([`Scheme::of_files`]).
pub(crate) fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path)?;
    file.take(PACKAGE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn folder(path: &Path) -> Result<Vec<File>, Diagnostic> {
    let mut files = Vec::new();
    for name in FILES {
        let file = path.join(name);
        match read(&file) {
            Ok(bytes) => files.push(File {
                name: file.display().to_string(),
                bytes,
            }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(unreadable(&file.display().to_string(), &e)),
        }
    }
    if files.is_empty() {
        return Err(no_scheme(&path.display().to_string()));
    }
    Ok(files)
}

fn archive(files: &[File]) -> std::io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for known in FILES {
        let file = files
            .iter()
            .find(|file| file.name.rsplit(['/', '\\', ':']).next() == Some(known));
        if let Some(file) = file {
            let mut header = tar::Header::new_ustar();
            header.set_size(file.bytes.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            // No time, no owner: the same tables give the same package.
            builder.append_data(&mut header, known, file.bytes.as_slice())?;
        }
    }
    let plain = builder.into_inner()?;
    let mut encoder = zstd::Encoder::new(Vec::new(), LEVEL)?;
    // One flipped bit would move cases to other groups, and nothing else would tell.
    encoder.include_checksum(true)?;
    encoder.write_all(&plain)?;
    encoder.finish()
}

fn unpack(name: &str, bytes: &[u8]) -> Result<Vec<File>, Diagnostic> {
    let broken = |e: std::io::Error| {
        bad(
            S110,
            Text::new(
                format!("{name} 不是方案包，或已损坏：{e}"),
                format!("{name} is no scheme package, or damaged: {e}"),
            ),
            Text::new(
                "用 dianzhi scheme import 重新制作",
                "make it again with dianzhi scheme import",
            ),
        )
    };
    let plain = decompressed(bytes).map_err(broken)?;
    let mut files: Vec<File> = Vec::new();
    let mut end = 0;
    for entry in tar::Archive::new(plain.as_slice()).entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.display().to_string();
        // A sparse file says that it has more than there is: its holes would be filled in.
        let kind = entry.header().entry_type();
        if kind.is_dir() {
            continue;
        }
        if !kind.is_file() {
            return Err(broken(std::io::Error::other(format!("{path} is no plain file"))));
        }
        // Of two tables of one name, nobody can say which was meant.
        let table = path.strip_prefix("./").unwrap_or(&path);
        let here = format!("{name}:{table}");
        if table.contains(['/', '\\']) || files.iter().any(|file| file.name == here) {
            return Err(broken(std::io::Error::other(format!(
                "{path} is in a folder, or there twice"
            ))));
        }
        end = usize::try_from(entry.raw_file_position() + entry.size()).unwrap_or(usize::MAX);
        let mut content = Vec::with_capacity(usize::try_from(entry.size()).unwrap_or(0).min(plain.len()));
        entry.read_to_end(&mut content).map_err(broken)?;
        files.push(File {
            name: here,
            bytes: content,
        });
    }
    // The archive ends with zeros, and a second one behind it would not be read.
    if plain.get(end..).unwrap_or_default().iter().any(|&byte| byte != 0) {
        return Err(broken(std::io::Error::other("more behind the end of the archive")));
    }
    if files.is_empty() {
        return Err(no_scheme(name));
    }
    Ok(files)
}

/// What is under zstd, up to the limit of a package.
fn decompressed(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    // Tables of codes shrink to a sixth or so: in one piece, which spares a window and a copy...
    let mut plain = Vec::with_capacity(bytes.len().saturating_mul(12).min(1 << 26));
    if zstd::bulk::Decompressor::new()?
        .decompress_to_buffer(bytes, &mut plain)
        .is_ok()
    {
        return Ok(plain);
    }
    // ...and in parts where that is too small, or something is wrong.
    plain.clear();
    let decoder = zstd::Decoder::with_buffer(bytes)?;
    let read = decoder.take(PACKAGE_BYTES_MAX + 1).read_to_end(&mut plain)?;
    if read as u64 > PACKAGE_BYTES_MAX {
        return Err(std::io::Error::other("more than 64 MiB"));
    }
    Ok(plain)
}

fn no_scheme(name: &str) -> Diagnostic {
    bad(
        S109,
        Text::new(
            format!("{name} 中没有方案的表"),
            format!("{name} holds no tables of a scheme"),
        ),
        Text::new(
            "docs/SCHEME.md 说明方案由哪些表组成",
            "docs/SCHEME.md says which tables a scheme has",
        ),
    )
}

fn unreadable(name: &str, e: &std::io::Error) -> Diagnostic {
    bad(
        F101,
        Text::new(format!("{name} 无法读取：{e}"), format!("{name} cannot be read: {e}")),
        Text::new("检查路径和权限", "check the path and its permissions"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The headers of the archive count too: tables that are just small enough beside each other are
    /// no package that reads. Seen to fail: it was written.
    #[test]
    fn what_is_packed_reads_back() {
        let tables = |note: usize| {
            let mcc = format!("code\tgroup\tnote\nA00\t1\t{}\n", "x".repeat(note));
            [
                ("scheme.toml", "code = \"wide\""),
                ("mdc.tsv", "mdc\tcond\tadrgs\nMDCB\tdx0(mdc)\tBR2"),
                ("mdc_dx.tsv", "mdc\tcode\nMDCB\tI63"),
                ("adrg.tsv", "adrg\tcond\totherwise\nBR2\tdx0(zd)\tBR2"),
                ("adrg_codes.tsv", "adrg\tlist\tcode\nBR2\tzd\tI63"),
                ("drg.tsv", "adrg\tdrg\tcond"),
                ("mcc.tsv", &mcc),
                ("cc.tsv", "code\tgroup"),
                ("cce.tsv", "code\tgroup"),
                ("ss_valid.tsv", "code\nA"),
                ("departments.tsv", "code\tdept\nA28\tICU"),
            ]
            .map(|(name, text)| File {
                name: name.to_owned(),
                bytes: text.as_bytes().to_vec(),
            })
        };
        let packed = Scheme::pack_files(tables(1).into()).unwrap();
        assert_eq!(packed.scheme.header.code, "wide");
        assert_eq!(packed.scheme.departments, [("A28".to_owned(), "ICU".to_owned())]);
        let note = usize::try_from(PACKAGE_BYTES_MAX).unwrap() - 1000;
        assert!(Scheme::of_files(&tables(note)).is_ok());
        let mistakes = Scheme::pack_files(tables(note).into()).unwrap_err();
        assert_eq!(mistakes.0[0].code, "S110");
    }
}
