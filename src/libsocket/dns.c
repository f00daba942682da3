/*
 * A DNS client on the stack's own sockets, because the C library's resolver calls its internal socket functions, which nobody can stand in front of.
 *
 * Against forged answers (RFC 5452): a new socket, and so a new port of the stack's choice, for each try at each server; the socket connected, so that
 * only the server's datagrams arrive; a random identifier; and the question compared. What doesn't fit is passed over, and the wait goes on.
 */
#include "dns_message.h"
#include <arpa/inet.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

enum { MAXIMUM_QUESTIONS = 2, MAXIMUM_ANSWER = 65535 };

struct question {
    enum dns_type type;
    uint8_t query[DNS_MAXIMUM_QUERY];
    size_t query_length;
    uint8_t *answer;        /* MAXIMUM_ANSWER bytes */
    size_t answer_length;   /* 0: none yet */
};

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Whether the descriptor became ready before the time (in milliseconds of the monotonic clock) came. */
static bool wait_for(int fd, short events, int64_t end)
{
    for (;;) {
        int64_t left = end - now();
        struct pollfd entry = { .fd = fd, .events = events };
        int result = left <= 0 ? 0 : poll(&entry, 1, (int)left);
        if (result >= 0 || errno != EINTR)
            return result > 0;
    }
}

static uint16_t random16(void)
{
    uint16_t value;
    if (getrandom(&value, sizeof value, 0) != sizeof value)
        value = (uint16_t)now();
    return value;
}

static int open_socket(const struct sockaddr_storage *server, int type)
{
    return socket(server->ss_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool connect_socket(int fd, const struct sockaddr_storage *server, int64_t end)
{
    socklen_t length = server->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    if (connect(fd, (const struct sockaddr *)server, length) == 0)
        return true;
    int error = errno;
    socklen_t size = sizeof error;
    return error == EINPROGRESS && wait_for(fd, POLLOUT, end) && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
}

/* Whether a server has said something that settles the question; otherwise (SERVFAIL, REFUSED …) the next one is asked. */
static bool is_settled(const struct question *question)
{
    if (question->answer_length == 0)
        return false;
    uint16_t code = dns_flags(question->answer) & DNS_RCODE;
    return code == 0 || code == DNS_NXDOMAIN;
}

static bool receive_all(int fd, uint8_t *to, size_t length, int64_t end)
{
    while (length > 0) {
        ssize_t received = recv(fd, to, length, 0);
        if (received > 0) {
            to += received;
            length -= (size_t)received;
        } else if (received == 0 || (errno != EAGAIN && errno != EINTR) || !wait_for(fd, POLLIN, end)) {
            return false;
        }
    }
    return true;
}

/* One question over TCP: RFC 7766. */
static void ask_by_tcp(const struct sockaddr_storage *server, struct question *question, int64_t end)
{
    int fd = open_socket(server, SOCK_STREAM);
    if (fd < 0)
        return;
    uint8_t message[2 + DNS_MAXIMUM_QUERY] = { (uint8_t)(question->query_length >> 8), (uint8_t)question->query_length };
    memcpy(message + 2, question->query, question->query_length);
    uint8_t prefix[2];
    if (connect_socket(fd, server, end)
        && send(fd, message, 2 + question->query_length, MSG_NOSIGNAL) == (ssize_t)(2 + question->query_length)
        && receive_all(fd, prefix, sizeof prefix, end)) {
        size_t length = (size_t)prefix[0] << 8 | prefix[1];
        if (receive_all(fd, question->answer, length, end) && dns_is_answer(question->answer, length, question->query, question->query_length))
            question->answer_length = length;
    }
    close(fd);
}

static void receive_answers(int fd, struct question *questions, int count, uint8_t *buffer, int64_t end)
{
    int missing = 0;
    for (int i = 0; i < count; i++)
        missing += questions[i].answer_length == 0;
    while (missing > 0 && wait_for(fd, POLLIN, end)) {
        ssize_t length = recv(fd, buffer, MAXIMUM_ANSWER, 0);
        if (length < 0 && errno != EAGAIN && errno != EINTR)
            return;     /* nobody listens there: it needn't be waited for */
        for (int i = 0; i < count && length > 0; i++) {
            struct question *question = &questions[i];
            if (question->answer_length != 0 || !dns_is_answer(buffer, (size_t)length, question->query, question->query_length))
                continue;
            memcpy(question->answer, buffer, (size_t)length);
            question->answer_length = (size_t)length;
            missing--;
        }
    }
}

/* All open questions to one server, at once. 0, or EAI_SYSTEM when there's no socket to be had. */
static int ask_server(const struct sockaddr_storage *server, struct question *questions, int count, uint8_t *buffer, int timeout, bool by_tcp)
{
    int64_t end = now() + (int64_t)timeout * 1000;
    if (!by_tcp) {
        int fd = open_socket(server, SOCK_DGRAM);
        if (fd < 0)
            return EAI_SYSTEM;
        if (connect_socket(fd, server, end)) {
            for (int i = 0; i < count; i++) {
                if (questions[i].answer_length == 0)
                    send(fd, questions[i].query, questions[i].query_length, MSG_NOSIGNAL);
            }
            receive_answers(fd, questions, count, buffer, end);
        }
        close(fd);
    }
    for (int i = 0; i < count; i++) {
        bool truncated = questions[i].answer_length != 0 && (dns_flags(questions[i].answer) & DNS_TRUNCATED) != 0;
        if (truncated)
            questions[i].answer_length = 0;
        if (truncated || (by_tcp && questions[i].answer_length == 0))
            ask_by_tcp(server, &questions[i], now() + (int64_t)timeout * 1000);
    }
    return 0;
}

/* Asks until each question is settled. 0, EAI_AGAIN (silence, or SERVFAIL), EAI_FAIL (refusals), EAI_SYSTEM. */
static int ask(const struct resolver_configuration *configuration, struct question *questions, int count, uint8_t *buffer)
{
    bool refused = false;
    int first = configuration->rotate ? random16() % configuration->server_count : 0;
    for (int attempt = 0; attempt < configuration->attempts; attempt++) {
        for (int i = 0; i < configuration->server_count; i++) {
            const struct sockaddr_storage *server = &configuration->servers[(first + i) % configuration->server_count];
            int error = ask_server(server, questions, count, buffer, configuration->timeout, configuration->use_tcp);
            if (error != 0 && server->ss_family == AF_INET)
                return error;
            bool settled = true;
            for (int j = 0; j < count; j++) {
                if (is_settled(&questions[j]))
                    continue;
                settled = false;
                refused = refused || (questions[j].answer_length != 0 && (dns_flags(questions[j].answer) & DNS_RCODE) != DNS_SERVFAIL);
                questions[j].answer_length = 0;
            }
            if (settled)
                return 0;
        }
    }
    return refused ? EAI_FAIL : EAI_AGAIN;
}

static bool prepare(struct question *question, const char *name, enum dns_type type, uint8_t *answer)
{
    *question = (struct question){ .type = type, .answer = answer };
    question->query_length = dns_write_query(question->query, random16(), name, type);
    return question->query_length != 0;
}

int dns_find_name(const struct resolver_configuration *configuration, const char *name, struct wanted_families wanted, struct host *host)
{
    host->count = 0;
    uint8_t *buffers = malloc((size_t)(1 + MAXIMUM_QUESTIONS) * MAXIMUM_ANSWER);
    if (buffers == NULL)
        return EAI_MEMORY;
    struct question questions[MAXIMUM_QUESTIONS];
    int count = 0;
    bool valid = true;
    if (wanted.inet6)
        valid = prepare(&questions[count++], name, DNS_AAAA, buffers + MAXIMUM_ANSWER);
    if (wanted.inet)
        valid = prepare(&questions[count++], name, DNS_A, buffers + 2 * MAXIMUM_ANSWER) && valid;
    int result = valid ? ask(configuration, questions, count, buffers) : EAI_NONAME;
    bool exists = false;
    for (int i = 0; i < count && valid; i++) {
        if (!is_settled(&questions[i]))
            continue;
        dns_read_addresses(questions[i].answer, questions[i].answer_length, questions[i].type, host);
        exists = exists || (dns_flags(questions[i].answer) & DNS_RCODE) == 0;
    }
    free(buffers);
    if (host->count > 0)
        return 0;       /* one family's answer will do when the other's didn't come */
    return result != 0 ? result : exists ? EAI_NODATA : EAI_NONAME;
}

int dns_find_address(const struct resolver_configuration *configuration, const struct host_address *address, char name[RESOLVER_MAXIMUM_NAME])
{
    char reversed[80] = "";
    size_t at = 0;
    if (address->family == AF_INET) {
        for (int i = 3; i >= 0; i--)
            at += (size_t)snprintf(reversed + at, sizeof reversed - at, "%d.", address->bytes[i]);
        strcpy(reversed + at, "in-addr.arpa");
    } else {
        for (int i = 15; i >= 0; i--)
            at += (size_t)snprintf(reversed + at, sizeof reversed - at, "%x.%x.", address->bytes[i] & 15, address->bytes[i] >> 4);
        strcpy(reversed + at, "ip6.arpa");
    }
    uint8_t *buffers = malloc((size_t)2 * MAXIMUM_ANSWER);
    if (buffers == NULL)
        return EAI_MEMORY;
    struct question question;
    int result = prepare(&question, reversed, DNS_PTR, buffers + MAXIMUM_ANSWER) ? ask(configuration, &question, 1, buffers) : EAI_NONAME;
    if (result == 0 && !dns_read_pointer(question.answer, question.answer_length, name))
        result = EAI_NONAME;
    free(buffers);
    return result;
}
