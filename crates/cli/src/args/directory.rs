//! `dianzhi directory` and its flags.

use super::words::Words;
use clap::Command;

pub(super) fn directory(words: &Words) -> Command {
    words
        .command(
            "directory",
            "病种目录：由一至三年的历史病例得出 DIP 病种目录、病种分值和辅助目录系数",
            "make a DIP directory of one to three years of claims: core and mixed types, scores, auxiliary factors",
        )
        .override_usage(words.pick(
            "dianzhi directory [选项] --out <DIR> <PLAN.toml>",
            "dianzhi directory [OPTIONS] --out <DIR> <PLAN.toml>",
        ))
        .args([
            words.toml(
                "plan",
                "PLAN.toml",
                "目录测算文件：目录草稿、历史年度、核心病种、分值、分型条件",
                "the plan: the draft of the directory, years of history, core types, scores, sub-types",
            ),
            words.results(
                "结果目录；要么整体出现，要么不出现",
                "the folder of the results; it appears whole or not at all",
            ),
            words.threads(),
            words.max_rejects(),
            words.flag(
                "replace",
                "整体替换已有的结果目录",
                "exchange an existing folder of results as a whole",
            ),
            words.progress(),
            words.json(),
        ])
}
