"""How easily the Dutch of Spoor is read, as part of `make check`.

**What is measured.** LiNT, the Dutch readability formula that was fitted on what 2,700 pupils understood (Pander Maat, Kleijn & Frissen 2023,
Tijdschrift voor Taalbeheersing 45(1)), finds that four things make a text hard: rare words, abstract words, long clauses, and words that belong
together but stand far apart. Its open package (LiNT-II, on PyPI as `lint-ii`) cannot be used here: it needs spaCy's model `nl_core_news_lg`
(570 MB), which neither PyPI nor npm has, and it scores texts, while the words of a screen are sentences of one to fifteen words. So the same
causes are measured by means that come from PyPI and say which sentence and which word to mend:

- *rare words*: no word under a Zipf frequency, where Zipf 3 is once in a million words and 4 ten times (Van Heuven, Mandera, Keuleers & Brysbaert
  2014, Quarterly Journal of Experimental Psychology 67(6)). Frequencies are those of `wordfreq` (Speer 2022: subtitles, news, books, web), of the
  form or of its lemma (`simplemma`); a compound counts as its parts, much as LiNT does; names do not count;
- *long sentences*: words per sentence, and one clause within another at most. The limit of 12 words is the usual advice for level B1 and below;
- *abstract nouns* (on -heid, -ing, -atie and the like; not leerling), one in a sentence, and *stiff words* of the office, which are frequent in
  writing and so pass the count;
- *the passive*, which simple Dutch (A2/B1) leaves out;
- *the whole*: Flesch as Douma fitted it to Dutch in 1960, 206.835 − 0.93 · words per sentence − 77 · syllables per word (as in koRpus and
  textstat), with the syllables of `pyphen`. It says nothing of four words, so only longer texts and whole screens are held to it.

**Whom for.** What a student may read is held to A2/B1, what a parent reads to B1, what staff read to B1/B2. A text that several
read is held to the strictest, and so is one in a file that nobody put anywhere else (`readers.py`).

**What stays.** `exceptions.toml` holds words that stay, and texts that stay, each with its reason; at most 2 in 100 texts.
"""
