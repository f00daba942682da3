#include "dns_message.h"
#include <ctype.h>
#include <strings.h>

enum { HEADER = 12, CLASS_IN = 1, RECURSION_DESIRED = 0x0100, MAXIMUM_LABEL = 63, MAXIMUM_JUMPS = 64, MAXIMUM_ALIASES = 16 };

static uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static void put16(uint8_t *at, uint16_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

size_t dns_write_query(uint8_t message[DNS_MAXIMUM_QUERY], uint16_t identifier, const char *name, enum dns_type type)
{
    memset(message, 0, HEADER);
    put16(message, identifier);
    put16(message + 2, RECURSION_DESIRED);
    put16(message + 4, 1);
    size_t at = HEADER;
    while (*name != '\0') {
        size_t label = strcspn(name, ".");
        if (label == 0 || label > MAXIMUM_LABEL || at + 1 + label + 1 > HEADER + 255)
            return 0;
        message[at++] = (uint8_t)label;
        memcpy(message + at, name, label);
        at += label;
        name += label;
        if (*name == '.')
            name++;
    }
    message[at++] = 0;
    put16(message + at, type);
    put16(message + at + 2, CLASS_IN);
    return at + 4;
}

uint16_t dns_flags(const uint8_t *message)
{
    return get16(message + 2);
}

bool dns_is_answer(const uint8_t *message, size_t length, const uint8_t *query, size_t query_length)
{
    if (length < query_length || get16(message) != get16(query) || get16(message + 4) != 1
        || (dns_flags(message) & (DNS_RESPONSE | DNS_OPCODE)) != DNS_RESPONSE)
        return false;
    for (size_t i = HEADER; i < query_length; i++) {
        if (tolower(message[i]) != tolower(query[i]))
            return false;
    }
    return true;
}

/* Reads a name, following pointers backwards only (so it ends). Where the next field begins, or 0: malformed. */
static size_t read_name(const uint8_t *message, size_t length, size_t at, char name[RESOLVER_MAXIMUM_NAME])
{
    size_t written = 0, after = 0, before = at;
    for (int jumps = 0; at < length; ) {
        uint8_t label = message[at];
        if (label == 0) {
            name[written > 0 ? written - 1 : 0] = '\0';
            return after != 0 ? after : at + 1;
        }
        if ((label & 0xc0) == 0xc0) {
            if (at + 2 > length || ++jumps > MAXIMUM_JUMPS)
                return 0;
            if (after == 0)
                after = at + 2;
            size_t target = get16(message + at) & 0x3fff;
            if (target >= before)
                return 0;
            before = at = target;
            continue;
        }
        if (label > MAXIMUM_LABEL || at + 1 + label > length || written + label + 1 >= RESOLVER_MAXIMUM_NAME
            || memchr(message + at + 1, '.', label) != NULL || memchr(message + at + 1, '\0', label) != NULL)
            return 0;
        memcpy(name + written, message + at + 1, label);
        written += label;
        name[written++] = '.';
        at += 1u + label;
    }
    return 0;
}

struct record {
    char name[RESOLVER_MAXIMUM_NAME];
    uint16_t type;
    uint16_t class;
    size_t data;            /* its offset */
    uint16_t data_length;
};

/* Where the answers begin; 0: malformed. */
static size_t skip_question(const uint8_t *message, size_t length, char name[RESOLVER_MAXIMUM_NAME])
{
    size_t at = length < HEADER ? 0 : read_name(message, length, HEADER, name);
    return at == 0 || at + 4 > length ? 0 : at + 4;
}

/* Reads a record. Where the next one begins; 0: malformed. */
static size_t read_record(const uint8_t *message, size_t length, size_t at, struct record *record)
{
    at = read_name(message, length, at, record->name);
    if (at == 0 || at + 10 > length)
        return 0;
    record->type = get16(message + at);
    record->class = get16(message + at + 2);
    record->data_length = get16(message + at + 8);
    record->data = at + 10;
    return record->data + record->data_length > length ? 0 : record->data + record->data_length;
}

/* Looks for the alias of a name among the answers, and puts it in the name's place. */
static bool follow_alias(const uint8_t *message, size_t length, size_t at, char name[RESOLVER_MAXIMUM_NAME])
{
    struct record record;
    for (int i = get16(message + 6); i > 0 && (at = read_record(message, length, at, &record)) != 0; i--) {
        if (record.type == DNS_CNAME && record.class == CLASS_IN && strcasecmp(record.name, name) == 0)
            return read_name(message, length, record.data, name) != 0;
    }
    return false;
}

void dns_read_addresses(const uint8_t *message, size_t length, enum dns_type type, struct host *host)
{
    char name[RESOLVER_MAXIMUM_NAME];
    size_t answers = skip_question(message, length, name);
    if (answers == 0)
        return;
    for (int aliases = 0; aliases < MAXIMUM_ALIASES && follow_alias(message, length, answers, name); aliases++)
        ;
    struct record record;
    size_t at = answers;
    int family = type == DNS_AAAA ? AF_INET6 : AF_INET;
    for (int i = get16(message + 6); i > 0 && (at = read_record(message, length, at, &record)) != 0; i--) {
        if (record.type != type || record.class != CLASS_IN || record.data_length != host_address_size(family) || strcasecmp(record.name, name) != 0)
            continue;
        if (host->count == 0)
            memcpy(host->name, name, sizeof host->name);
        host_add(host, family, message + record.data);
    }
}

/* What a name from the network may consist of, before a program puts it into a log or a shell (RFC 952, RFC 1123, and the underscore). */
static bool is_host_name(const char *name)
{
    return *name != '\0' && *name != '-' && strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") == strlen(name);
}

bool dns_read_pointer(const uint8_t *message, size_t length, char name[RESOLVER_MAXIMUM_NAME])
{
    char asked[RESOLVER_MAXIMUM_NAME];
    size_t at = skip_question(message, length, asked);
    if (at == 0)
        return false;
    size_t answers = at;
    for (int aliases = 0; aliases < MAXIMUM_ALIASES && follow_alias(message, length, answers, asked); aliases++)
        ;       /* classless delegation, RFC 2317 */
    struct record record;
    for (int i = get16(message + 6); i > 0 && (at = read_record(message, length, at, &record)) != 0; i--) {
        if (record.type == DNS_PTR && record.class == CLASS_IN && strcasecmp(record.name, asked) == 0)
            return read_name(message, length, record.data, name) != 0 && is_host_name(name);
    }
    return false;
}
