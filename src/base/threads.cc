#include "base/threads.h"

namespace headlens {

ThreadPool MakeThreadPool(int threads) {
  if (threads == 1) return nullptr;
  return ThreadPool(pthreadpool_create(static_cast<size_t>(threads)));
}

int ThreadCount(const ThreadPool& pool) {
  return static_cast<int>(pthreadpool_get_threads_count(pool.get()));
}

}  // namespace headlens
