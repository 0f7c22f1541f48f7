//! `dianzhi synth`: a synthetic region-year.

use super::{path, path_if_given, shell_word};
use crate::console::Console;
use clap::ArgMatches;
use dianzhi::engine::Text;
use dianzhi::policy::Diagnostic;
use dianzhi::policy::codes::F101;
use dianzhi_synth::{Options, generate, generate_in};
use std::path::Path;

/// Makes the folder and says what is in it.
pub(crate) fn run(matches: &ArgMatches, console: &Console) -> u8 {
    let region = match path_if_given(matches, "region").map(|path| (path, std::fs::read_to_string(path))) {
        None => None,
        Some((_, Ok(text))) => Some(text),
        Some((path, Err(e))) => {
            let path = path.display();
            let text = Text::new(format!("读不到文件 {path}：{e}"), format!("cannot read {path}: {e}"));
            let help = Text::new("检查路径和权限", "check the path and the permissions");
            console.diagnostics(&[Diagnostic::error(F101.id, text, help)]);
            return 2;
        }
    };
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
    let options = Options {
        claims: number("claims"),
        seed: number("seed"),
        region,
    };
    let out = path(matches, "out");
    // The region file's paths start from its folder.
    let folder = path_if_given(matches, "region").and_then(Path::parent);
    let made = match folder {
        Some(folder) => generate_in(&options, folder, out),
        None => generate(&options, out),
    };
    match made {
        Err(error) => {
            console.error(&error.text(), None);
            2
        }
        Ok(summary) => {
            console.say(summary.text().get(console.lang));
            let region = shell_word(&out.join("region.toml"));
            console.say(&console.pick(
                format!("下一步：dianzhi settle {region} --out {}", shell_word(&out.join("run"))),
                format!("Next: dianzhi settle {region} --out {}", shell_word(&out.join("run"))),
            ));
            0
        }
    }
}
