#include "checkpoint/zip.h"

#include <gmock/gmock.h>

#include <string>

#include "maps/export.h"
#include "unit/checkpoint_files.h"
#include "unit/pth_files.h"

namespace headlens {
namespace {

using ::testing::HasSubstr;

std::string TextOf(const ZipEntry& entry) { return {entry.bytes.begin(), entry.bytes.end()}; }

std::string ErrorOf(const Bytes& archive) { return MessageOf(ReadZip(archive)); }

const std::vector<FileInZip> kFiles = {{"a/one", "first"}, {"a/two", ""}, {"three", "third entry"}};

TEST(Zip, ReadsStoredEntriesInTheOrderOfTheirData) {
  const Bytes archive = MakeZip(kFiles);
  const Result<std::vector<ZipEntry>> entries = ReadZip(archive);
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  ASSERT_EQ(entries->size(), kFiles.size());
  for (size_t i = 0; i < kFiles.size(); ++i) {
    EXPECT_EQ((*entries)[i].name, kFiles[i].name);
    EXPECT_EQ(TextOf((*entries)[i]), kFiles[i].data);
    EXPECT_TRUE(CheckEntry((*entries)[i]).ok());
  }
}

TEST(Zip, ReadsWhatNpzFilesHold) {
  const float values[] = {1, 2, 3};
  const NpyArray arrays[] = {{.name = "x", .shape = {3}, .values = std::span<const float>(values)}};
  const Bytes archive = EncodeNpz(arrays);
  const Result<std::vector<ZipEntry>> entries = ReadZip(archive);
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ((*entries)[0].name, "x.npy");
  EXPECT_TRUE(CheckEntry((*entries)[0]).ok());
}

TEST(Zip, ReadsAnArchiveWithoutEntries) {
  const Bytes archive = ToBytes(EndRecord(0, 0, 0));
  const Result<std::vector<ZipEntry>> entries = ReadZip(archive);
  ASSERT_TRUE(entries.ok()) << entries.error().message;
  EXPECT_TRUE(entries->empty());
}

TEST(Zip, ReadsAnArchiveWithAComment) {
  Bytes archive = MakeZip(kFiles);
  archive[archive.size() - 2] = 5;
  for (const char c : std::string("PK\5\6!")) archive.push_back(c);
  EXPECT_EQ(ErrorOf(archive), "");
}

TEST(Zip, RefusesEveryTruncation) {
  const Bytes archive = MakeZip(kFiles);
  for (size_t length = 0; length < archive.size(); ++length) {
    EXPECT_THAT(ErrorOf(Bytes(archive.begin(), archive.begin() + length)), HasSubstr("cut off"))
        << length;
  }
}

TEST(Zip, RefusesBytesBeforeAndBehind) {
  Bytes archive = MakeZip(kFiles);
  archive.push_back(0);
  EXPECT_THAT(ErrorOf(archive), HasSubstr("cut off"));
  archive.pop_back();
  archive.insert(archive.begin(), 0);
  EXPECT_THAT(ErrorOf(archive), HasSubstr("does not lie before its end record"));
}

// Every bit: what is still read must be what was written, or the checksum must tell.
TEST(Zip, NeverTakesAFlippedBitForGood) {
  const Bytes archive = MakeZip(kFiles);
  for (size_t bit = 0; bit < 8 * archive.size(); ++bit) {
    Bytes flipped = archive;
    flipped[bit / 8] ^= 1 << bit % 8;
    const Result<std::vector<ZipEntry>> entries = ReadZip(flipped);
    if (!entries.ok()) {
      EXPECT_TRUE(entries.error().message.ends_with('.')) << bit;
      continue;
    }
    ASSERT_EQ(entries->size(), kFiles.size()) << bit;
    for (size_t i = 0; i < kFiles.size(); ++i) {
      const ZipEntry& entry = (*entries)[i];
      EXPECT_TRUE(TextOf(entry) == kFiles[i].data || !CheckEntry(entry).ok()) << bit;
      EXPECT_EQ(entry.name, kFiles[i].name) << bit;
    }
  }
}

// The bytes of a text from `at` on, replaced.
std::string With(std::string text, size_t at, const std::string& bytes) {
  return text.replace(at, bytes.size(), bytes);
}

// An archive whose second record has other bytes from `at` on.
std::string ErrorOfRecord(size_t at, const std::string& bytes) {
  ZipParts parts = MakeZipParts(kFiles);
  parts.records[1] = With(parts.records[1], at, bytes);
  return ErrorOf(JoinZip(parts));
}

// Others may stand beside them.
TEST(Zip, RefusesCompressedAndEncryptedEntriesInWords) {
  for (const auto& [flags, method] : {std::pair(0x0808, 8), std::pair(0x0809, 0)}) {
    const std::string changed = Number(flags, 2) + Number(method, 2);
    ZipParts parts = MakeZipParts(kFiles);
    parts.locals[1] = With(parts.locals[1], 6, changed);
    parts.records[1] = With(parts.records[1], 8, changed);
    const Bytes archive = JoinZip(parts);
    const Result<std::vector<ZipEntry>> entries = ReadZip(archive);
    ASSERT_TRUE(entries.ok()) << entries.error().message;
    EXPECT_THAT(CheckEntry((*entries)[1]).error().message,
                HasSubstr("\"a/two\" of this archive is compressed or encrypted"));
    EXPECT_TRUE(CheckEntry((*entries)[0]).ok());
  }
}

TEST(Zip, RefusesSizesThatDoNotFit) {
  EXPECT_THAT(ErrorOfRecord(20, Number(1, 4)), HasSubstr("the size of its entry \"a/two\""));
  const std::string huge = Number(UINT32_MAX - 1, 4);
  EXPECT_THAT(ErrorOfRecord(20, huge + huge), HasSubstr("longer than the archive"));
  EXPECT_THAT(ErrorOfRecord(42, huge), HasSubstr("lies outside"));
  EXPECT_THAT(ErrorOfRecord(28, Number(0xFFFF, 2)), HasSubstr("runs over the end"));
}

TEST(Zip, RefusesEntriesThatOverlap) {
  ZipParts parts = MakeZipParts(kFiles);
  const size_t longer = kFiles[0].data.size() + 20;  // over the descriptor into the next header
  const std::string sizes = Number(longer, 4) + Number(longer, 4);
  parts.records[0] = With(parts.records[0], 20, sizes);
  EXPECT_THAT(ErrorOf(JoinZip(parts)), HasSubstr("\"a/one\" and \"a/two\" overlap"));
}

TEST(Zip, RefusesTheSameDataTwice) {
  ZipParts parts = MakeZipParts(kFiles);
  parts.records.push_back(parts.records[0]);
  EXPECT_THAT(ErrorOf(JoinZip(parts)), HasSubstr("overlap"));
}

TEST(Zip, RefusesANameTwice) {
  EXPECT_THAT(ErrorOf(MakeZip({{"a", "x"}, {"b", "y"}, {"a", "z"}})),
              HasSubstr("two entries of the name \"a\""));
}

TEST(Zip, RefusesAHeaderThatContradictsTheDirectory) {
  for (const auto& [at, bytes] : std::vector<std::pair<size_t, std::string>>{
           {0, "PK\3\5"}, {6, Number(0, 2)}, {8, Number(8, 2)}, {30, "b"}}) {
    ZipParts parts = MakeZipParts(kFiles);
    parts.locals[1] = With(parts.locals[1], at, bytes);
    EXPECT_THAT(ErrorOf(JoinZip(parts)), HasSubstr("another header")) << at;
  }
}

// Without the flag of torch.save the header itself has sum and sizes.
TEST(Zip, ComparesTheSizesOfTheHeaderWhereItHasThem) {
  const std::string sum = Number(Crc32(ToBytes("first")), 4), size = Number(5, 4);
  const auto error_with = [&](const std::string& sum_and_sizes) {
    ZipParts parts = MakeZipParts({kFiles[0]});
    parts.locals[0] = With(With(parts.locals[0], 6, Number(0, 2)), 14, sum_and_sizes);
    parts.records[0] = With(parts.records[0], 8, Number(0, 2));
    return ErrorOf(JoinZip(parts));
  };
  EXPECT_EQ(error_with(sum + size + size), "");
  EXPECT_THAT(error_with(size + size + size), HasSubstr("another header"));
  EXPECT_THAT(error_with(sum + sum + size), HasSubstr("another header"));
}

TEST(Zip, RefusesAWrongNumberOfEntries) {
  const ZipParts parts = MakeZipParts(kFiles);
  const std::string locals = Join(parts.locals), records = Join(parts.records);
  const auto error_with = [&](uint64_t entries, uint64_t bytes, uint64_t begin) {
    return ErrorOf(ToBytes(locals + records + EndRecord(entries, bytes, begin)));
  };
  EXPECT_EQ(error_with(3, records.size(), locals.size()), "");
  EXPECT_THAT(error_with(2, records.size(), locals.size()), HasSubstr("2 were announced"));
  EXPECT_THAT(error_with(4, records.size(), locals.size()), HasSubstr("4 were announced"));
  EXPECT_THAT(error_with(3, records.size() - 1, locals.size() + 1), HasSubstr("not as long"));
  EXPECT_THAT(error_with(3, records.size() - 1, locals.size()), HasSubstr("does not lie before"));
  EXPECT_THAT(error_with(3, UINT32_MAX, UINT32_MAX), HasSubstr("does not lie before"));
}

// An archive of one entry as of more than 4 GB: what takes 64 bits is in an extra field.
Bytes WideZip(const std::string& extra, uint64_t begin_in_record, uint64_t entries = 1) {
  const ZipParts plain = MakeZipParts({kFiles[0]});
  const std::string ones = Number(UINT32_MAX, 4);
  std::string record = With(plain.records[0], 20, ones + ones);
  record = With(With(record, 30, Number(extra.size(), 2)), 42, Number(begin_in_record, 4)) + extra;
  const std::string& local = plain.locals[0];
  const size_t end = local.size() + record.size();
  return ToBytes(local + record + WideEndRecord(entries, record.size(), local.size(), end) +
                 EndRecord(0xFFFF, UINT32_MAX, UINT32_MAX));
}

TEST(Zip, ReadsSizesOf64Bits) {
  const std::string size = Number(5, 8);
  const std::string unknown = Number(0x5455, 2) + Number(3, 2) + "abc";
  for (const std::string& before : {std::string(), unknown}) {
    const Bytes archive =
        WideZip(before + Number(1, 2) + Number(24, 2) + size + size + Number(0, 8), UINT32_MAX);
    const Result<std::vector<ZipEntry>> entries = ReadZip(archive);
    ASSERT_TRUE(entries.ok()) << entries.error().message;
    ASSERT_EQ(entries->size(), 1u);
    EXPECT_EQ(TextOf((*entries)[0]), "first");
  }
  EXPECT_EQ(ErrorOf(WideZip(Number(1, 2) + Number(16, 2) + size + size, 0)), "");
}

TEST(Zip, RefusesWideSizesThatAreMissingOrHuge) {
  const std::string size = Number(5, 8), wide = Number(1, 2) + Number(16, 2);
  EXPECT_THAT(ErrorOf(WideZip("", 0)), HasSubstr("is not clear"));
  EXPECT_THAT(ErrorOf(WideZip(wide + size, 0)), HasSubstr("is not clear"));
  EXPECT_THAT(ErrorOf(WideZip(Number(1, 2) + Number(8, 2) + size, 0)), HasSubstr("is not clear"));
  EXPECT_THAT(ErrorOf(WideZip(wide + size + size, UINT32_MAX)), HasSubstr("is not clear"));
  for (const uint64_t huge : {uint64_t{1} << 32, UINT64_MAX, UINT64_MAX - 35}) {
    EXPECT_THAT(ErrorOf(WideZip(wide + Number(huge, 8) + Number(huge, 8), 0)),
                HasSubstr("longer than the archive"));
    const std::string begin = Number(1, 2) + Number(24, 2) + size + size + Number(huge, 8);
    EXPECT_THAT(ErrorOf(WideZip(begin, UINT32_MAX)), HasSubstr("lies outside"));
  }
}

TEST(Zip, RefusesEndRecordsThatDiffer) {
  const std::string wide = Number(1, 2) + Number(16, 2) + Number(5, 8) + Number(5, 8);
  EXPECT_THAT(ErrorOf(WideZip(wide, 0, 2)), HasSubstr("2 were announced"));
  const Bytes good = WideZip(wide, 0);
  Bytes differs = good;
  differs[good.size() - 6] = 0;  // the directory's begin in the narrow one
  EXPECT_THAT(ErrorOf(differs), HasSubstr("two end records differ"));
  Bytes elsewhere = good;
  elsewhere[good.size() - 22 - 12] ^= 1;  // where the locator sees the wide one
  EXPECT_THAT(ErrorOf(elsewhere), HasSubstr("not where it should be"));
  Bytes far = good;
  far[good.size() - 22 - 5] = 0xFF;
  EXPECT_THAT(ErrorOf(far), HasSubstr("not where it should be"));
}

TEST(Zip, RefusesPartsOfSeveralDisks) {
  Bytes archive = MakeZip(kFiles);
  archive[archive.size() - 18] = 1;
  EXPECT_THAT(ErrorOf(archive), HasSubstr("one part of several"));
}

TEST(Zip, TellsBytesThatAreNotThoseThatWereWritten) {
  ZipParts parts = MakeZipParts(kFiles);
  parts.locals[2][parts.locals[2].find("third")] = 'b';
  const Bytes archive = JoinZip(parts);
  const Result<std::vector<ZipEntry>> entries = ReadZip(archive);
  ASSERT_TRUE(entries.ok());
  EXPECT_TRUE(CheckEntry((*entries)[0]).ok());
  EXPECT_THAT(CheckEntry((*entries)[2]).error().message, HasSubstr("\"three\""));
}

}  // namespace
}  // namespace headlens
