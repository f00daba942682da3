/* DNS messages: RFC 1035, section 4. */
#ifndef LIBSOCKET_DNS_MESSAGE_H
#define LIBSOCKET_DNS_MESSAGE_H

#include "resolver.h"

enum dns_type { DNS_A = 1, DNS_CNAME = 5, DNS_PTR = 12, DNS_AAAA = 28 };

enum {
    DNS_MAXIMUM_QUERY = 12 + 255 + 4,
    DNS_TRUNCATED = 0x0200,
    DNS_RESPONSE = 0x8000,
    DNS_OPCODE = 0x7800,
    DNS_RCODE = 0x000f,
    DNS_SERVFAIL = 2,
    DNS_NXDOMAIN = 3,
};

/* Writes a query with one question. Its length, or 0 when the name isn't one. */
size_t dns_write_query(uint8_t message[DNS_MAXIMUM_QUERY], uint16_t identifier, const char *name, enum dns_type type);

/* Whether a message answers this query: same identifier, same question (RFC 5452, section 9.1; names compared without case). */
bool dns_is_answer(const uint8_t *message, size_t length, const uint8_t *query, size_t query_length);

uint16_t dns_flags(const uint8_t *message);

/* Collects the addresses that the answer gives for its question, along the aliases in it, and the canonical name. */
void dns_read_addresses(const uint8_t *message, size_t length, enum dns_type type, struct host *host);

/* The first name that the answer gives for an address. Whether there's one, and it's fit to be a host's. */
bool dns_read_pointer(const uint8_t *message, size_t length, char name[RESOLVER_MAXIMUM_NAME]);

#endif
