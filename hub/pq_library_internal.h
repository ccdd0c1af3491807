// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <libpq-fe.h>

#include "base/library_function.h"

namespace casweep::hub {

/// The address of a function of PostgreSQL's client library. Throws HubError (failed).
[[nodiscard]] void* pq_symbol(const char* name);

// In this namespace the names mean these objects, and the library is loaded when one of them is called first. A call
// that misses them does not link.
#define CASWEEP_OF_PQ(function) \
  inline constinit const base::LibraryFunction<decltype(::function), pq_symbol> function(#function)
CASWEEP_OF_PQ(PQcancel);
CASWEEP_OF_PQ(PQclear);
CASWEEP_OF_PQ(PQconnectPoll);
CASWEEP_OF_PQ(PQconnectStartParams);
CASWEEP_OF_PQ(PQconninfoFree);
CASWEEP_OF_PQ(PQconninfoParse);
CASWEEP_OF_PQ(PQconsumeInput);
CASWEEP_OF_PQ(PQerrorMessage);
CASWEEP_OF_PQ(PQfinish);
CASWEEP_OF_PQ(PQflush);
CASWEEP_OF_PQ(PQfreeCancel);
CASWEEP_OF_PQ(PQfreemem);
CASWEEP_OF_PQ(PQgetCancel);
CASWEEP_OF_PQ(PQgetResult);
CASWEEP_OF_PQ(PQgetisnull);
CASWEEP_OF_PQ(PQgetlength);
CASWEEP_OF_PQ(PQgetvalue);
CASWEEP_OF_PQ(PQgssEncInUse);
CASWEEP_OF_PQ(PQhost);
CASWEEP_OF_PQ(PQisBusy);
CASWEEP_OF_PQ(PQnfields);
CASWEEP_OF_PQ(PQntuples);
CASWEEP_OF_PQ(PQputCopyData);
CASWEEP_OF_PQ(PQputCopyEnd);
CASWEEP_OF_PQ(PQresultErrorField);
CASWEEP_OF_PQ(PQresultErrorMessage);
CASWEEP_OF_PQ(PQresultStatus);
CASWEEP_OF_PQ(PQsendQuery);
CASWEEP_OF_PQ(PQsendQueryParams);
CASWEEP_OF_PQ(PQsetErrorVerbosity);
CASWEEP_OF_PQ(PQsetNoticeProcessor);
CASWEEP_OF_PQ(PQsetnonblocking);
CASWEEP_OF_PQ(PQsocket);
CASWEEP_OF_PQ(PQsslInUse);
CASWEEP_OF_PQ(PQstatus);
#undef CASWEEP_OF_PQ

}  // namespace casweep::hub
